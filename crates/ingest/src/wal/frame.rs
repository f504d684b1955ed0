//! The bytes of a segment.

use std::io;

use flate2::Crc;
use types::OrganizationId;

use super::PAYLOAD_BYTES_MAX;

const MAGIC: &[u8; 8] = b"TRIBWAL1";
/// Magic, organisation, first sequence, CRC.
pub(super) const HEADER_BYTES: usize = 8 + 16 + 8 + 4;
/// Length, CRC, sequence.
pub(super) const FRAME_HEADER_BYTES: usize = 4 + 4 + 8;

/// Segments sort by name as by sequence.
pub(super) fn segment_name(first_sequence: u64) -> String {
    format!("{first_sequence:020}.wal")
}

/// The first sequence that a segment's name tells; None for other files.
pub(super) fn sequence_of_name(name: &str) -> Option<u64> {
    let digits = name.strip_suffix(".wal")?;
    if digits.len() == 20 { digits.parse().ok() } else { None }
}

pub(super) fn header(organization_id: OrganizationId, first_sequence: u64) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(HEADER_BYTES);
    bytes.extend_from_slice(MAGIC);
    bytes.extend_from_slice(organization_id.as_bytes());
    bytes.extend_from_slice(&first_sequence.to_le_bytes());
    bytes.extend_from_slice(&crc(&[&bytes]).to_le_bytes());
    bytes
}

pub(super) fn encode(sequence: u64, payload: &[u8]) -> io::Result<Vec<u8>> {
    let length = u32::try_from(payload.len())
        .ok()
        .filter(|length| *length > 0 && *length as usize <= PAYLOAD_BYTES_MAX);
    let length = length
        .ok_or_else(|| io::Error::new(io::ErrorKind::InvalidInput, "a frame is between one byte and 16 MiB long"))?
        .to_le_bytes();
    let sequence = sequence.to_le_bytes();
    let mut bytes = Vec::with_capacity(FRAME_HEADER_BYTES + payload.len());
    bytes.extend_from_slice(&length);
    bytes.extend_from_slice(&crc(&[&length, &sequence, payload]).to_le_bytes());
    bytes.extend_from_slice(&sequence);
    bytes.extend_from_slice(payload);
    Ok(bytes)
}

/// The frame at the start of the bytes: sequence and payload; None if there is no whole, undamaged one.
pub(super) fn decode(bytes: &[u8]) -> Option<(u64, &[u8])> {
    let (head, rest) = bytes.split_at_checked(FRAME_HEADER_BYTES)?;
    let (length, crc_and_sequence) = head.split_at(4);
    let (stored, sequence) = crc_and_sequence.split_at(4);
    let payload = rest.get(..u32::from_le_bytes(length.try_into().ok()?) as usize)?;
    let is_whole = !payload.is_empty() && payload.len() <= PAYLOAD_BYTES_MAX && crc(&[length, sequence, payload]).to_le_bytes() == *stored;
    is_whole.then_some((u64::from_le_bytes(sequence.try_into().ok()?), payload))
}

/// Sequence and whole length of the frame at the start of the bytes, its checksum unseen.
pub(super) fn peek(bytes: &[u8]) -> Option<(u64, usize)> {
    let head = bytes.get(..FRAME_HEADER_BYTES)?;
    let length = u32::from_le_bytes(head[..4].try_into().ok()?) as usize;
    Some((u64::from_le_bytes(head[8..].try_into().ok()?), FRAME_HEADER_BYTES + length))
}

fn crc(parts: &[&[u8]]) -> u32 {
    let mut crc = Crc::new();
    for part in parts {
        crc.update(part);
    }
    crc.sum()
}
