//! Boxes in rows.

/// A box, in pixels from the upper left.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Rect {
    pub(super) x: u32,
    pub(super) y: u32,
    pub(super) w: u32,
    pub(super) h: u32,
}

impl Rect {
    /// The same box elsewhere.
    pub(super) fn moved(self, x: u32, y: u32) -> Self {
        Self { x: self.x + x, y: self.y + y, ..self }
    }

    /// Its right edge.
    pub(super) fn right(self) -> u32 {
        self.x + self.w
    }

    /// Its lower edge.
    pub(super) fn bottom(self) -> u32 {
        self.y + self.h
    }

    /// Half its height down.
    pub(super) fn middle(self) -> u32 {
        self.y + self.h / 2
    }
}

/// Puts boxes of these widths and heights beside one another, and into the next row where one would pass `room`. All
/// boxes of a row get the height of the highest. Returns where they are, and what they take altogether.
pub(super) fn shelve(sizes: &[(u32, u32)], room: u32, gap: u32) -> (Vec<Rect>, u32, u32) {
    let mut rects: Vec<Rect> = Vec::with_capacity(sizes.len());
    let (mut x, mut y, mut row, mut widest) = (0, 0, 0, 0);
    for (at, &(w, h)) in sizes.iter().enumerate() {
        if x > 0 && x + w > room {
            level(&mut rects[row..]);
            y = rects[row..].iter().map(|rect| rect.bottom()).max().unwrap_or(y) + gap;
            (x, row) = (0, at);
        }
        rects.push(Rect { x, y, w, h });
        widest = widest.max(x + w);
        x += w + gap;
    }
    level(&mut rects[row..]);
    let bottom = rects.iter().map(|rect| rect.bottom()).max().unwrap_or(0);
    (rects, widest, bottom)
}

fn level(row: &mut [Rect]) {
    let highest = row.iter().map(|rect| rect.h).max().unwrap_or(0);
    row.iter_mut().for_each(|rect| rect.h = highest);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_wrap_and_are_level() {
        let (rects, width, height) = shelve(&[(40, 10), (40, 30), (40, 20)], 100, 10);
        assert_eq!((width, height), (90, 60));
        assert_eq!(rects[0], Rect { x: 0, y: 0, w: 40, h: 30 });
        assert_eq!(rects[2], Rect { x: 0, y: 40, w: 40, h: 20 });
        // One that is too wide stands alone.
        assert_eq!(shelve(&[(200, 10), (10, 10)], 100, 10).0[1].y, 20);
        assert_eq!(shelve(&[], 100, 10), (Vec::new(), 0, 0));
    }
}
