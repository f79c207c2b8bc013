//! The network registry: institutions, departments, practitioners, and their import.
