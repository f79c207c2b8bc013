//! Events, feed, audit and its verification.
