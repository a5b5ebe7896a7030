// core/base/memory.h: memory that a program used once and need not keep.
#pragma once

namespace tram {

// To be called first in main(): freed memory stays with the program for its next batch of documents, where the C library
// would give each batch back and have the system clear new pages for the next: 8 of 56 us a document that is sent or
// fetched. give_back_memory() ends that when there is nothing to do. Threads share `heaps` heaps: each of these keeps up
// to 16 MB of what was freed in it, and threads of one heap wait for each other.
void keep_freed_memory(int heaps);

// Gives back what the start or a burst of work left behind: free heap, and the mapped pages of programs' and libraries'
// code, constants and tables of names, which are clean copies of files; what is needed again is mapped again within
// microseconds from the system's cache, and read anew where another program needed that more. For a daemon that then
// mostly waits, on a PC with little memory. Any thread.
void give_back_memory();

}  // namespace tram
