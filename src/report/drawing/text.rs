//! Texts of a drawing: how wide they may become, and how they stay texts.

/// Size of a name, in pixels.
pub(super) const NAME: u32 = 12;
/// Size of what stands below a name.
pub(super) const SMALL: u32 = 11;

/// Pixels that a text takes at most, in any of the fonts that a drawing asks for; those of bold letters.
///
/// Nobody knows which font a reader has, so these are the advances of the widest that is common, rounded up.
pub(super) fn width(text: &str, size: u32) -> u32 {
    let thousandths: u32 = text.chars().map(advance).fold(0, u32::saturating_add);
    thousandths.saturating_mul(size).div_ceil(1_000)
}

/// Thousandths of the font's size.
fn advance(c: char) -> u32 {
    match c {
        'i' | 'j' | 'l' | 'I' | '.' | ',' | ':' | ';' | '\'' | '|' | '!' | ' ' => 420,
        'f' | 't' | 'r' | '-' | '(' | ')' | '[' | ']' | '/' => 500,
        'm' | 'w' | 'M' | 'W' | '@' | '%' | '&' | '…' => 1_110,
        'A'..='Z' | '+' | '=' | '<' | '>' | '~' | '#' | '$' => 880,
        ' '..='~' => 730,
        '\u{a0}'..='\u{24f}' => 900,
        // Signs of other scripts, and pictures.
        _ => 1_400,
    }
}

/// A text that takes no more than so many pixels: where it would, its middle is left out, as names often differ at
/// their ends.
pub(super) fn fitted(text: &str, size: u32, room: u32) -> String {
    let text = visible(text);
    if width(&text, size) <= room {
        return text;
    }
    let letters: Vec<char> = text.chars().collect();
    for left in (0..letters.len()).rev() {
        let tail = left / 3;
        let head: String = letters[..left - tail].iter().collect();
        let short = format!("{head}…{}", letters[letters.len() - tail..].iter().collect::<String>());
        if width(&short, size) <= room {
            return short;
        }
    }
    String::new()
}

/// A text in which nothing moves what stands around it: no controls, no line ends, nothing that turns its direction,
/// and nothing that XML refuses.
pub(super) fn visible(text: &str) -> String {
    let hidden = |c: char| {
        c.is_control()
            || matches!(c, '\u{ad}' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}')
            || matches!(c, '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff0}'..='\u{fffb}' | '\u{fffe}' | '\u{ffff}')
            || matches!(c, '\u{e0000}'..='\u{e007f}')
    };
    text.chars().map(|c| if hidden(c) { '\u{fffd}' } else { c }).collect()
}

/// A text for XML and HTML, in an element or in a quoted attribute.
pub fn xml(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in visible(text).chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_keeps_to_its_room_and_keeps_its_end() {
        let long = "a-service-with-a-very-long-name-whose-replicas-have-numbers-12";
        for room in 0..400 {
            assert!(width(&fitted(long, NAME, room), NAME) <= room);
        }
        let short = fitted(long, NAME, 150);
        assert!(short.starts_with("a-service") && short.ends_with("-12") && short.contains('…'), "{short}");
        assert_eq!(fitted("web-1", NAME, 150), "web-1");
    }

    #[test]
    fn nothing_breaks_out_of_an_attribute() {
        assert_eq!(xml("a\"b'c<d>&\n\u{202e}\0"), "a&quot;b&#39;c&lt;d&gt;&amp;\u{fffd}\u{fffd}\u{fffd}");
    }
}
