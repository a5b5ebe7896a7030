// core/base/memory.h: memory that a program used once and need not keep.
#pragma once

namespace tram {

// Gives back what the start or a burst of work left behind: free heap, and the mapped pages of program code, which are
// clean copies of files; what runs again is mapped again from the system's cache within microseconds. For a daemon that
// then mostly waits, on a PC with little memory. Any thread.
void give_back_memory();

}  // namespace tram
