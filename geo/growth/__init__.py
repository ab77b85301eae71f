"""The 90 % rule: share of new jobs, interval, headroom, over time, and what a site does to it."""
