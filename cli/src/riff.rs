//! The chunks of a WAV file, RIFF or RF64 (EBU Tech 3306).

use std::io::{Error, ErrorKind, Read, Result, Seek, SeekFrom};

/// Bytes of all chunks before the samples that are read; what is longer is damaged.
const MOST_BYTES: u64 = 64 << 20;
/// A size that says that it is not known. Programs that write into a pipe cannot know it: ffmpeg writes this one, some write 0,
/// and sox writes sizes from the other one on.
pub const UNKNOWN: u32 = u32::MAX;
const UNKNOWN_TO_SOX: u32 = 0x7FFF_F000;

/// A chunk: its id and its content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chunk {
    pub id: [u8; 4],
    pub data: Vec<u8>,
}

/// What is before the samples.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    /// All chunks but the sizes of RF64, in their order.
    pub chunks: Vec<Chunk>,
    /// Bytes of the samples, if the file says it.
    pub data_bytes: Option<u64>,
}

impl Head {
    /// The content of a chunk.
    pub fn chunk(&self, id: &[u8; 4]) -> Option<&[u8]> {
        self.chunks.iter().find(|chunk| &chunk.id == id).map(|chunk| &*chunk.data)
    }

    /// Samples per channel, if the file says how many there are.
    pub fn samples(&self) -> Option<u64> {
        let bytes_per_time = self.chunk(b"fmt ")?.get(12..14)?.try_into().map(u16::from_le_bytes).ok()?;
        self.data_bytes?.checked_div(bytes_per_time.into())
    }
}

/// Whether a file with these first twelve bytes is a WAV file.
pub fn is_wav(start: &[u8; 12]) -> bool {
    (start.starts_with(b"RIFF") || is_rf64(start)) && start.ends_with(b"WAVE")
}

/// Whether it is one of 64 bits.
pub fn is_rf64(start: &[u8; 12]) -> bool {
    start.starts_with(b"RF64") || start.starts_with(b"BW64")
}

/// Reads the chunks after the first twelve bytes, to the first sample.
///
/// # Errors
/// Those of the reader, and when there are no samples.
pub fn read_head(reader: &mut impl Read) -> Result<Head> {
    let (mut chunks, mut long_data_bytes, mut left) = (Vec::new(), None, MOST_BYTES);
    loop {
        let (id, size) = read_chunk_head(reader)?;
        if &id == b"data" {
            let short = (size != 0 && size < UNKNOWN_TO_SOX).then_some(u64::from(size));
            // Between sox's sizes and the largest are true ones: whoever has written so much, says how much.
            let large = (size > UNKNOWN_TO_SOX + 0x1000 && size != UNKNOWN).then_some(u64::from(size));
            let data_bytes = if size == UNKNOWN { long_data_bytes } else { short.or(large) };
            return Ok(Head { chunks, data_bytes });
        }
        let padded = u64::from(size) + u64::from(size % 2);
        left = left.checked_sub(padded).ok_or_else(|| Error::new(ErrorKind::InvalidData, "no samples"))?;
        let mut data = Vec::new();
        reader.take(padded).read_to_end(&mut data)?;
        if (data.len() as u64) < padded {
            return Err(ErrorKind::UnexpectedEof.into());
        }
        data.truncate(size as usize);
        if &id == b"ds64" {
            let bytes = data.get(8..16).and_then(|bytes| bytes.try_into().ok());
            long_data_bytes = bytes.map(u64::from_le_bytes).filter(|&bytes| bytes > 0 && bytes < u64::MAX);
        } else {
            chunks.push(Chunk { id, data });
        }
    }
}

/// All chunks of a file after its first twelve bytes, before and after the samples.
///
/// # Errors
/// As [`read_head`].
pub fn all_chunks(file: &mut (impl Read + Seek)) -> Result<Vec<Chunk>> {
    let Head { mut chunks, data_bytes } = read_head(file)?;
    let Some(data_bytes) = data_bytes else { return Ok(chunks) };
    // Some programs do not pad.
    let samples_at = file.stream_position()?;
    for end in [data_bytes.next_multiple_of(2), data_bytes] {
        file.seek(SeekFrom::Start(samples_at.saturating_add(end)))?;
        let rest = read_rest(file);
        if !rest.is_empty() {
            chunks.extend(rest);
            break;
        }
    }
    Ok(chunks)
}

/// The chunks up to the end, or to what is none.
fn read_rest(reader: &mut impl Read) -> Vec<Chunk> {
    let (mut chunks, mut left) = (Vec::new(), MOST_BYTES);
    while let Ok((id, size)) = read_chunk_head(reader) {
        let padded = u64::from(size) + u64::from(size % 2);
        let is_id = id.iter().all(|byte| (b' '..=b'~').contains(byte));
        let Some(remaining) = left.checked_sub(padded).filter(|_| is_id) else { break };
        left = remaining;
        let mut data = Vec::new();
        if reader.take(padded).read_to_end(&mut data).is_err() || data.len() < size as usize {
            break;
        }
        data.truncate(size as usize);
        chunks.push(Chunk { id, data });
    }
    chunks
}

fn read_chunk_head(reader: &mut impl Read) -> Result<([u8; 4], u32)> {
    let (mut id, mut size) = ([0; 4], [0; 4]);
    reader.read_exact(&mut id)?;
    reader.read_exact(&mut size)?;
    Ok((id, u32::from_le_bytes(size)))
}

/// A chunk as a file has it, padded to an even length.
pub fn write_chunk(chunk: &Chunk, bytes: &mut Vec<u8>) {
    bytes.extend(chunk.id);
    bytes.extend((chunk.data.len() as u32).to_le_bytes());
    bytes.extend(&chunk.data);
    bytes.resize(bytes.len().next_multiple_of(2), 0);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn head(chunks: &[(&[u8; 4], &[u8])], data_size: u32) -> Result<Head> {
        let mut bytes = Vec::new();
        for (id, data) in chunks {
            write_chunk(&Chunk { id: **id, data: data.to_vec() }, &mut bytes);
        }
        bytes.extend(b"data");
        bytes.extend(data_size.to_le_bytes());
        read_head(&mut &bytes[..])
    }

    #[test]
    fn sizes_that_are_not_known_are_none() {
        for (size, expected) in [
            (1000, Some(1000)),
            (0, None),
            (UNKNOWN, None),
            (0x7FFF_F000, None),
            (0x7FFF_FFDB, None),
            (0x9000_0000, Some(0x9000_0000)),
        ] {
            assert_eq!(head(&[(b"fmt ", &[1; 16])], size).unwrap().data_bytes, expected, "{size:x}");
        }
        let mut sizes = [0; 28];
        sizes[8..16].copy_from_slice(&5_000_000_000u64.to_le_bytes());
        let long = head(&[(b"ds64", &sizes), (b"fmt ", &[1; 16])], UNKNOWN).unwrap();
        assert_eq!((long.data_bytes, long.chunks.len()), (Some(5_000_000_000), 1));
    }

    #[test]
    fn chunks_keep_their_order_and_odd_lengths_are_padded() {
        let found = head(&[(b"odd ", b"abc"), (b"even", b"abcd")], 8).unwrap();
        let found: Vec<_> = found.chunks.iter().map(|chunk| (&chunk.id, &chunk.data[..])).collect();
        assert_eq!(found, [(b"odd ", &b"abc"[..]), (b"even", b"abcd")]);
    }

    #[test]
    fn what_is_cut_off_or_never_ends_is_an_error() {
        assert!(read_head(&mut &b"fmt \x10\0\0\0abc"[..]).is_err());
        assert!(read_head(&mut &b""[..]).is_err());
        assert!(read_head(&mut &b"fmt \xF0\xFF\xFF\xFFabc"[..]).is_err());
    }
}
