//! git's packet lines: four hexadecimal digits of length, then that many bytes less four.
//! <https://git-scm.com/docs/gitprotocol-common#_pkt_line_format>

use std::io::{self, Read, Write};

/// One packet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Packet {
    /// Bytes.
    Data(Vec<u8>),
    /// `0000`: the end of a list.
    Flush,
}

/// The most bytes of one packet, its length included.
const LIMIT: usize = 65520;

/// Reads one packet; `None` at the end of the stream.
///
/// # Errors
/// When the stream ends within a packet, or what comes is none.
pub fn read(stream: &mut impl Read) -> io::Result<Option<Packet>> {
    let mut digits = [0; 4];
    match stream.read(&mut digits[..1])? {
        0 => return Ok(None),
        _ => stream.read_exact(&mut digits[1..])?,
    }
    let wrong = || io::Error::new(io::ErrorKind::InvalidData, "this is no packet line of git's");
    let text = std::str::from_utf8(&digits).map_err(|_| wrong())?;
    // A sign is a digit to the standard library and not to git.
    let text = Some(text).filter(|text| !text.starts_with('+')).ok_or_else(wrong)?;
    let length = usize::from_str_radix(text, 16).map_err(|_| wrong())?;
    match length {
        0 => Ok(Some(Packet::Flush)),
        4..=LIMIT => {
            let mut bytes = vec![0; length - 4];
            stream.read_exact(&mut bytes)?;
            Ok(Some(Packet::Data(bytes)))
        }
        _ => Err(wrong()),
    }
}

/// Writes one packet.
///
/// # Errors
/// When it is too long, or the stream does not take it.
pub fn write(stream: &mut impl Write, bytes: &[u8]) -> io::Result<()> {
    let length = bytes.len() + 4;
    if length > LIMIT {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "too long for a packet line"));
    }
    stream.write_all(format!("{length:04x}").as_bytes())?;
    stream.write_all(bytes)
}

/// Ends a list.
///
/// # Errors
/// When the stream does not take it.
pub fn write_flush(stream: &mut impl Write) -> io::Result<()> {
    stream.write_all(b"0000")?;
    stream.flush()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read() {
        let mut bytes = Vec::new();
        write(&mut bytes, b"version=1\0push-options").unwrap();
        write_flush(&mut bytes).unwrap();
        write(&mut bytes, b"").unwrap();
        let mut stream = bytes.as_slice();
        assert_eq!(read(&mut stream).unwrap(), Some(Packet::Data(b"version=1\0push-options".to_vec())));
        assert_eq!(read(&mut stream).unwrap(), Some(Packet::Flush));
        assert_eq!(read(&mut stream).unwrap(), Some(Packet::Data(Vec::new())));
        assert_eq!(read(&mut stream).unwrap(), None);
    }

    #[test]
    fn nonsense_is_an_error() {
        for bytes in ["00", "zzzz", "0001", "0003", "0009abc", "fff1", "+005a"] {
            assert!(read(&mut bytes.as_bytes()).is_err(), "{bytes}");
        }
        assert!(write(&mut Vec::new(), &vec![0; 65517]).is_err());
    }
}
