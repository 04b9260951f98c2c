//! Characters, as the scanner counts them, to bytes, as spans do.

/// Every so many characters, the byte at which one begins.
const STEP: usize = 64;

/// The way from the one to the other, for one text.
pub(super) struct Offsets<'s> {
    text: &'s str,
    /// Bytes before the text that the scanner was not given: a byte order mark.
    before: usize,
    /// Empty where every character is one byte.
    marks: Vec<usize>,
}

impl<'s> Offsets<'s> {
    pub(super) fn new(text: &'s str, before: usize) -> Self {
        let marks = if text.is_ascii() {
            Vec::new()
        } else {
            text.char_indices().step_by(STEP).map(|(at, _)| at).collect()
        };
        Self { text, before, marks }
    }

    /// The byte at which a character begins; the end of the text for any that is not there.
    pub(super) fn byte(&self, char: usize) -> usize {
        let within = if self.marks.is_empty() {
            char.min(self.text.len())
        } else {
            let rest = self.marks.get(char / STEP).and_then(|mark| Some((mark, self.text.get(*mark..)?)));
            rest.and_then(|(mark, rest)| Some(mark + rest.char_indices().nth(char % STEP)?.0))
                .unwrap_or(self.text.len())
        };
        self.before + within
    }
}
