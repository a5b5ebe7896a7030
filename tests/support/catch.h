// tests/support/catch.h: Catch2 as both of its generations ship it (2.13 on Debian 12, 3.x later).
#pragma once

#if __has_include(<catch2/catch_all.hpp>)
#include <catch2/catch_all.hpp>
#else
#include <catch2/catch.hpp>
#endif
