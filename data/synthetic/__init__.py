"""
Generated layers: plots, plan areas, buildings and constraints.

None of it depicts real properties. It stands in for data that only an account at Norge digitalt
gives, so that the calculations have something believable to work on.
"""
