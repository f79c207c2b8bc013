//! How often somebody may try to sign in.

use std::net::IpAddr;

use prometheus::IntCounter;

use crate::{
    budget::{Budgets, Client, Exhausted},
    config::Rates,
    crypto::digest,
    error::{Error, Result},
};

/// How many times what comes back in a minute an address may fail at once: on a Monday morning a whole hospital signs in from one.
const AT_ONCE: u32 = 10;

/// Attempts by account, known or not, and failures by address. A success from an address costs it nothing, so that a hospital behind one
/// address may sign in as it likes, and somebody who tries one account after the other may not.
pub struct Throttle {
    accounts: Option<Budgets<[u8; 32]>>,
    addresses: Option<Budgets<Client>>,
    refused: IntCounter,
}

/// An attempt that was let begin; it counts as failed unless it is said to have ended well.
pub(super) struct Attempt<'t> {
    throttle: &'t Throttle,
    client: Client,
}

impl Throttle {
    /// As the operator has set it; `refused` counts whom it holds back.
    #[must_use]
    pub fn new(rates: &Rates, refused: IntCounter) -> Self {
        let failures = rates.sign_in_failures;
        Self {
            accounts: Budgets::new(rates.sign_ins, rates.sign_ins),
            addresses: Budgets::new(failures.saturating_mul(AT_ONCE), failures),
            refused,
        }
    }

    /// Lets an attempt begin, before it costs anything.
    ///
    /// # Errors
    /// [`Error::RateLimited`].
    pub(super) fn begin(&self, name: &str, address: Option<IpAddr>) -> Result<Attempt<'_>> {
        let account = digest(&[name.trim().to_lowercase().as_bytes()]);
        let client = Client::at(address);
        if let Some(accounts) = &self.accounts {
            let taken = accounts.take(account, 1);
            taken.map_err(|exhausted| self.refuse(exhausted))?;
        }
        if let Some(addresses) = &self.addresses
            && let Err(exhausted) = addresses.take(client, 1)
        {
            if let Some(accounts) = &self.accounts {
                accounts.give_back(account, 1);
            }
            return Err(self.refuse(exhausted));
        }
        Ok(Attempt {
            throttle: self,
            client,
        })
    }

    fn refuse(&self, exhausted: Exhausted) -> Error {
        tracing::warn!("sign-ins are throttled");
        self.refused.inc();
        Error::RateLimited {
            retry_after: exhausted.0,
        }
    }
}

impl Attempt<'_> {
    /// It has ended: only what an attacker would meet is a failure.
    pub(super) fn end<T>(self, outcome: &Result<T>) {
        if matches!(outcome, Err(Error::SignInRefused)) {
            return;
        }
        if let Some(addresses) = &self.throttle.addresses {
            addresses.give_back(self.client, 1);
        }
    }
}
