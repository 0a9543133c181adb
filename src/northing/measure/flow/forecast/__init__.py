"""When work will be done, and how much by a day: futures drawn from what was done before."""
