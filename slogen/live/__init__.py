"""Everything that asks a running server. `client` is the only module that opens a socket; the others are
functions of a project and of answers.
"""
