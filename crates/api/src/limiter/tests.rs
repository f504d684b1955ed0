use super::*;

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(second).unwrap()
}

fn from(last: u8) -> Option<IpAddr> {
    Some(IpAddr::from([203, 0, 113, last]))
}

#[test]
fn the_sixth_attempt_in_a_minute_waits_for_the_rest_of_it() {
    let limiter = Limiter::default();
    for second in 0..5 {
        assert_eq!(limiter.attempt("mara@alder.example", from(1), at(second)), Ok(()));
    }
    assert_eq!(limiter.attempt(" MARA@alder.example", from(1), at(5)), Err(55));
    assert_eq!(
        limiter.attempt("jon@alder.example", from(1), at(5)),
        Ok(()),
        "somebody else at the same address"
    );
    assert_eq!(limiter.attempt("mara@alder.example", from(2), at(5)), Ok(()), "the same person elsewhere");
    assert_eq!(limiter.attempt("mara@alder.example", from(1), at(60)), Ok(()));
}

#[test]
fn many_addresses_together_get_twenty_guesses_an_hour() {
    let limiter = Limiter::default();
    let mut allowed = 0;
    for guess in 0..10_000_u32 {
        let address = from(u8::try_from(guess % 100).unwrap());
        allowed += u32::from(limiter.attempt("mara@alder.example", address, at(i64::from(guess / 100))).is_ok());
    }
    assert_eq!(allowed, 20);
}

#[test]
fn a_right_password_starts_the_count_anew() {
    let limiter = Limiter::default();
    for _ in 0..29 {
        assert_eq!(limiter.attempt("mara@alder.example", from(1), at(0)), Ok(()));
        limiter.succeed("mara@alder.example", from(1));
    }
}

#[test]
fn memory_stays_bounded_under_a_flood_of_addresses() {
    let limiter = Limiter::default();
    for number in 0..150_000_u32 {
        let _ = limiter.attempt(
            &format!("{number}@x"),
            Some(IpAddr::from(number.to_be_bytes())),
            at(i64::from(number) / 1_000),
        );
    }
    assert!(limiter.windows.lock().unwrap().len() <= WINDOWS_MAX);
}
