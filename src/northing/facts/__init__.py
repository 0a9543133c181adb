"""Facts: what other systems own, as immutable columnar files, and the engine that asks them.

``staging`` turns an input into files and a Delivery, ``in_force`` says which files a plan reads, ``engine`` answers
questions about them. The record alone says what counts: a file that no revision names is nothing.
"""
