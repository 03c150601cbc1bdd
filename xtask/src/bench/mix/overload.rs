//! Three times as much as the machine can do. Sheets that lie ready are handed in meanwhile, at the rate of the last ten
//! minutes of the last day for this part of the country; nothing is tried twice.

use std::{
    net::SocketAddr,
    sync::atomic::{AtomicUsize, Ordering},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Result, ensure};

use super::{
    Made, make,
    session::{Step, Subject},
    table, wait_until,
};
use crate::bench::load::{Client, a_second};

/// How long each of the two measurements takes.
const CAPACITY_FOR: Duration = Duration::from_secs(20);
const OVERLOAD_FOR: Duration = Duration::from_mins(1);

/// How many ask at a time to find out what the machine can do: so many that it is never idle.
const CLIENTS: usize = 32;

/// How many connections are open under the overload.
const CROWD: usize = 400;

/// How much more is asked for.
const TIMES: f64 = 3.0;

/// Time between two submissions: 14 a second in the country.
const BETWEEN: Duration = Duration::from_millis(360);

/// Measures and prints.
pub(super) fn run(address: SocketAddr, mut subjects: Vec<Subject>) -> Result<()> {
    let submissions = usize::try_from(OVERLOAD_FOR.as_millis() / BETWEEN.as_millis())?;
    ensure!(subjects.len() >= submissions + CLIENTS, "too few sheets are open: {}", subjects.len());
    let ready = subjects.split_off(subjects.len() - submissions);
    println!("\n## {TIMES} times as much as the machine can do\n");
    for subject in &ready {
        let mut client = Client::new(address);
        for step in subject.complete(address) {
            let made = make(&mut client, &step, Instant::now());
            ensure!(made.is_good(), "a sheet could not be made ready: {:?}", made.outcome);
        }
    }
    let capacity = capacity(address, &subjects)?;
    let offered = capacity * TIMES;
    println!("{CLIENTS} at a time: {capacity:.0} requests a second; offered now: {offered:.0}\n");
    let between = Duration::from_secs_f64(offered.recip());
    let began = Instant::now();
    let next = AtomicUsize::new(0);
    let (crowd, submitted) = thread::scope(|scope| {
        let crowd: Vec<_> =
            (0..CROWD).map(|_| scope.spawn(|| in_the_crowd(address, &subjects, &next, (began, between)))).collect();
        let submitted = scope.spawn(|| {
            let mut submitted = Vec::new();
            for (number, subject) in (0_u32..).zip(&ready) {
                let due = began + BETWEEN * number;
                wait_until(due);
                submitted.push(make(&mut Client::new(address), &subject.submit(address), due));
            }
            submitted
        });
        let crowd: Vec<Answered> = crowd.into_iter().filter_map(|one| one.join().ok()).flatten().collect();
        (crowd, submitted.join().unwrap_or_default())
    });
    let whole = began.elapsed();
    let good = crowd.iter().filter(|answered| answered.status == Some(200)).count();
    let refused = crowd.iter().filter(|answered| matches!(answered.status, Some(429 | 503))).count();
    let said_when = crowd.iter().filter(|answered| answered.again).count();
    let a_second = |count: usize| a_second(count, whole);
    println!(
        "{} requests sent ({:.0} a second): {good} answered ({:.0} a second), {refused} refused with 429 or 503, {said_when} \
         of them with Retry-After, {} anything else\n",
        crowd.len(),
        a_second(crowd.len()),
        a_second(good),
        crowd.len() - good - refused
    );
    let went = submitted.iter().filter(|made| made.is_good()).count();
    println!("{went} of {} submissions went through\n", submitted.len());
    table(submitted, whole);
    Ok(())
}

/// Two pages that are read for one row that is saved.
fn step(address: SocketAddr, subjects: &[Subject], number: usize) -> Step {
    let subject = &subjects[number % subjects.len()];
    match number % 6 {
        1 | 3 => subject.save(address, number),
        4 => subject.list(address),
        _ => subject.read(address, number),
    }
}

/// How much is answered while a few ask without pause.
fn capacity(address: SocketAddr, subjects: &[Subject]) -> Result<f64> {
    let next = AtomicUsize::new(0);
    let began = Instant::now();
    let made: Vec<Made> = thread::scope(|scope| {
        let one = || {
            let mut client = Client::new(address);
            let mut made = Vec::new();
            while began.elapsed() < CAPACITY_FOR {
                let step = step(address, subjects, next.fetch_add(1, Ordering::Relaxed));
                made.push(make(&mut client, &step, Instant::now()));
            }
            made
        };
        let clients: Vec<_> = (0..CLIENTS).map(|_| scope.spawn(one)).collect();
        clients.into_iter().filter_map(|client| client.join().ok()).flatten().collect()
    });
    let good = made.iter().filter(|made| made.is_good()).count();
    ensure!(good > 0, "nothing was answered");
    Ok(a_second(good, began.elapsed()))
}

/// One request of the crowd.
struct Answered {
    status: Option<u16>,
    again: bool,
}

/// Sends what is due, one request after the other, whatever comes back.
fn in_the_crowd(
    address: SocketAddr,
    subjects: &[Subject],
    next: &AtomicUsize,
    (began, between): (Instant, Duration),
) -> Vec<Answered> {
    let mut client = Client::new(address);
    let mut answered = Vec::new();
    loop {
        let number = next.fetch_add(1, Ordering::Relaxed);
        let due = between * u32::try_from(number).unwrap_or(u32::MAX);
        if due > OVERLOAD_FOR || began.elapsed() > OVERLOAD_FOR {
            return answered;
        }
        wait_until(began + due);
        answered.push(match client.ask(&step(address, subjects, number).request) {
            Ok(answer) => Answered { status: Some(answer.status), again: answer.again },
            Err(_) => Answered { status: None, again: false },
        });
    }
}
