//! The HTTP endpoint: status codes, limits, errors, replays.
