"""What pages are made of: `session` (access, language, texts), `frame`, `table`, `network`, `charts`, `faults`."""
