// tests/bench/offices.h: the office that is measured, and a neighbour whose work warms up both programs.
#pragma once

namespace tram::bench {

struct NamedOffice {
  const char *id, *unit, *name;
};
inline constexpr NamedOffice kOffice{"vn-56-575", "575", "Huyện Khánh Sơn"};
inline constexpr NamedOffice kNeighbour{"vn-56-568", "568", "Thành phố Nha Trang"};

}  // namespace tram::bench
