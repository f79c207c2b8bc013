//! Referrals: their life, their routes, who sees them.
