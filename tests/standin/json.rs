//! JSON, as little as the stand-ins need: numbers stay the text they were.

use std::fmt::{Display, Formatter, Result as Written, Write};

#[derive(Clone, Debug)]
pub enum Value {
    /// Numbers, `true`, `false` and `null`.
    Plain(String),
    Text(String),
    List(Vec<Value>),
    Object(Vec<(String, Value)>),
}

impl Value {
    pub fn parse(text: &str) -> Option<Self> {
        let mut reader = Reader { text, at: 0 };
        let value = reader.value(0)?;
        reader.blanks();
        (reader.at == text.len()).then_some(value)
    }

    pub fn get(&self, key: &str) -> Option<&Self> {
        match self {
            Self::Object(fields) => fields.iter().find(|(name, _)| name == key).map(|(_, value)| value),
            _ => None,
        }
    }

    pub fn set(&mut self, key: &str, value: Self) {
        if let Self::Object(fields) = self {
            fields.retain(|(name, _)| name != key);
            fields.push((key.to_owned(), value));
        }
    }

    pub fn text(&self, key: &str) -> Option<&str> {
        match self.get(key)? {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    pub fn list(&self, key: &str) -> Option<&[Self]> {
        match self.get(key)? {
            Self::List(values) => Some(values),
            _ => None,
        }
    }

    pub fn number(value: impl Display) -> Self {
        Self::Plain(value.to_string())
    }

    pub fn object<const N: usize>(fields: [(&str, Self); N]) -> Self {
        Self::Object(fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl Display for Value {
    fn fmt(&self, out: &mut Formatter<'_>) -> Written {
        match self {
            Self::Plain(text) => out.write_str(text),
            Self::Text(text) => quoted(text, out),
            Self::List(values) => {
                for (at, value) in values.iter().enumerate() {
                    write!(out, "{}{value}", if at == 0 { "[" } else { "," })?;
                }
                out.write_str(if values.is_empty() { "[]" } else { "]" })
            }
            Self::Object(fields) => {
                for (at, (name, value)) in fields.iter().enumerate() {
                    out.write_str(if at == 0 { "{" } else { "," })?;
                    quoted(name, out)?;
                    write!(out, ":{value}")?;
                }
                out.write_str(if fields.is_empty() { "{}" } else { "}" })
            }
        }
    }
}

fn quoted(text: &str, out: &mut Formatter<'_>) -> Written {
    out.write_char('"')?;
    for c in text.chars() {
        match c {
            '"' | '\\' => write!(out, "\\{c}")?,
            c if c < ' ' => write!(out, "\\u{:04x}", c as u32)?,
            c => out.write_char(c)?,
        }
    }
    out.write_char('"')
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
}

impl Reader<'_> {
    fn blanks(&mut self) {
        self.at = self.text.len() - self.text[self.at..].trim_start_matches([' ', '\t', '\r', '\n']).len();
    }

    fn take(&mut self, wanted: char) -> bool {
        self.blanks();
        let found = self.text[self.at..].starts_with(wanted);
        self.at += usize::from(found);
        found
    }

    fn value(&mut self, depth: usize) -> Option<Value> {
        if depth > 64 {
            return None;
        }
        if self.take('{') {
            let mut fields = Vec::new();
            while !self.take('}') {
                if !fields.is_empty() && !self.take(',') {
                    return None;
                }
                let name = self.take('"').then(|| self.string())??;
                fields.push((name, self.take(':').then(|| self.value(depth + 1))??));
            }
            Some(Value::Object(fields))
        } else if self.take('[') {
            let mut values = Vec::new();
            while !self.take(']') {
                if !values.is_empty() && !self.take(',') {
                    return None;
                }
                values.push(self.value(depth + 1)?);
            }
            Some(Value::List(values))
        } else if self.take('"') {
            self.string().map(Value::Text)
        } else {
            let rest = &self.text[self.at..];
            let word = &rest[..rest.find([',', ']', '}', ' ', '\t', '\r', '\n']).unwrap_or(rest.len())];
            self.at += word.len();
            let plain = matches!(word, "true" | "false" | "null") || word.parse::<f64>().is_ok_and(f64::is_finite);
            plain.then(|| Value::Plain(word.to_owned()))
        }
    }

    /// The rest of a string after its opening quote.
    fn string(&mut self) -> Option<String> {
        let mut units: Vec<u16> = Vec::new();
        let mut characters = self.text[self.at..].char_indices();
        while let Some((at, c)) = characters.next() {
            let c = match c {
                '"' => {
                    self.at += at + 1;
                    return String::from_utf16(&units).ok();
                }
                '\\' => match characters.next()?.1 {
                    'n' => '\n',
                    't' => '\t',
                    'r' => '\r',
                    'b' => '\u{8}',
                    'f' => '\u{c}',
                    'u' => {
                        let digits: String = characters.by_ref().take(4).map(|(_, digit)| digit).collect();
                        units.push(u16::from_str_radix(&digits, 16).ok()?);
                        continue;
                    }
                    c @ ('"' | '\\' | '/') => c,
                    _ => return None,
                },
                c if c < ' ' => return None,
                c => c,
            };
            units.extend_from_slice(c.encode_utf16(&mut [0; 2]));
        }
        None
    }
}
