//! Callers who hold connections for nothing: what becomes of them, and of those who want something meanwhile.

pub mod attack;

use std::time::{Duration, Instant};

use reqwest::Method;

use crate::harness::both_empty;
use attack::{Way, besiege};

/// Attackers in the suite; `siege` takes more.
const ATTACKERS: usize = 200;

#[test]
fn who_idles_or_dribbles_is_dropped_and_others_are_answered() {
    both_empty(async |w| {
        let beside = w.beside(|settings| settings.serving.head_time = 1).await;
        let until = Instant::now() + Duration::from_secs(4);
        let besieged = tokio::spawn(besiege(beside.address, ATTACKERS, until));
        let client = beside.anonymous();
        while Instant::now() < until {
            let answer = client.ask("{ viewer { roles } }").await;
            assert_eq!(answer.status, 200, "{}", answer.text);
            let answer = client.send(client.request(Method::GET, "/readyz")).await;
            assert_eq!(answer.status, 200, "{}", answer.text);
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        let lives = besieged.await.expect("no attacker panics");
        for way in Way::ALL {
            let of_way = || lives.iter().filter(|(lived, _)| *lived == way);
            assert!(of_way().count() >= ATTACKERS / 4, "{way:?} is dropped");
            let longest = of_way().map(|(_, life)| *life).max().unwrap_or_default();
            assert!(longest < Duration::from_secs(3), "{way:?}: {longest:?}");
        }
    });
}
