// tests/sim/rare_paths.h: places that a run of many seeds must have been at (Trace::sometimes), else it proves little.
#pragma once

namespace tram::sim {

inline constexpr const char* kRarePaths[] = {
    "413 in mid-batch",
    "answer lost after commit",
    "batch overtaken by the next",
    "captive portal",
    "clock jumped",
    "conflict decided by a person",
    "conflict of two PCs in one office",
    "crash in recovery",
    "consolidated tables compared",
    "delete against edit",
    "edit against edit",
    "feed cut behind whole rows",
    "file of a large attachment lost in a power cut",
    "fork by nonce",
    "fork by sequence",
    "merge",
    "nonce ahead of the province",
    "part of a large attachment sent again",
    "refusal open at the end",
    "refused document offered again and taken",
    "request doubled",
    "request replayed late",
    "same merge on two replicas",
    "session told again",
    "stemmed history",
    "tables not kept up",
    "two roots",
    "unknown outcome",
    "unknown turned out done",
    "unknown turned out not done",
};

}  // namespace tram::sim
