//! What happens to real patients, told from the first word to the last, every step by the account that would take it.

mod bed;
mod before_the_paper;
mod between_hospitals;
mod called_off;
mod city_and_back;
mod homeward;
mod identified;
mod late_station;
mod lost_bed;
mod lost_reply;
mod missed;
mod need;
mod night;
mod offline;
mod refused;
mod rehabilitation;
mod rescued;
mod routine;
mod sent_on;
mod silent_cancellation;
mod suspended;
