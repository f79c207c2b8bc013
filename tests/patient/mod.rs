//! Patients: registration, identity, masking, tags.
