"""From paths to a project, and what is done with it: select, compile, plan, merge. No command line here."""
