"""How work flows: pure functions of a :class:`.work.Work`, the items of a scope as one workflow policy reads them.

Each answer names the policy that it was measured by, and holds the items behind its figures. Instants and spans of
time are whole microseconds, days are dates in the policy's zone, and what is counted in days is an exact fraction:
nothing is rounded before it is shown. The rules are those of docs/measures.md, "Flow".
"""
