"""Who may do what: people, workspaces, roles, tokens, invitations, and the directory of names."""
