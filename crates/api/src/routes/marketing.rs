//! What marketing decides by itself: which touch belongs to which channel.

pub(super) mod channel_rules;
