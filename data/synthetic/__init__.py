"""
Generated layers: plots, plan areas, buildings and constraints.

None of it depicts real properties. It stands in for data that only an account at Norge digitalt
gives, so that the calculations have something believable to work on.

Believable is held against what the strategy says of the municipality: over 40 000 jobs in 457 km².
All figures here are our assumptions (A); the tests in tests/unit/data/test_pack_believable.py hold
the pack to them.

- The zones are business areas, and business areas hold a part of the jobs: schools, nursing homes,
  town halls and shops elsewhere hold the rest. So the floor area on business land must hold
  15 000 to 35 000 jobs by the middle of each zone's norm, and fewer than 40 000 by its most crowded
  end. At 25 to 65 m² a job that is about 1.1 million m².
- The order of the zones follows what is known of them: most in Lillestrøm by, then Strømmen;
  Kjeller around the 3 500 that the strategy gives for its research environment; halls hold few.
- The outlines are those of places, not of business areas alone: in towns and local towns the plans
  set a third to two thirds of the land for housing.
- Plans allow about what stands there, so that densification stays below what stands in each zone.
- Retail is not denser than offices. The norm for retail (15–20 m²) is of sales area, which is a
  part of the floor area, so no zone is reckoned by it: centres are reckoned by the office norm.
- How much is vacant is an input (profiles.toml, `vacancy`), chosen to agree with the strategy's
  words («knapt» at Berger, some left at Heia). It is not measured, and no finding of the account.
"""
