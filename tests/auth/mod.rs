//! Signing in, tokens, accounts and grants.
