//! The points that a user sets on the threshold at any frequency, beside its eight bands: an offset in dB over frequency.
//!
//! Between two points the curve is monotone cubic over log frequency (Fritsch & Butland 1984), so that it never goes
//! beyond them; outside the outermost points it keeps their offset. A single point offsets the whole threshold.

use std::fmt;
use std::str::FromStr;

/// Largest offset of a band or of a point of the threshold, up and down.
pub const BAND_RANGE_DB: f32 = 24.0;
/// Most points of a [`ThresholdCurve`].
pub const MOST_CURVE_POINTS: usize = 32;
/// Lowest and highest frequency of a point.
pub const CURVE_RANGE_HZ: [f32; 2] = [20.0, 20_000.0];
/// Neighbours are at least this ratio of frequencies apart.
const LEAST_RATIO: f32 = 1.001;
/// A point that is moved or added keeps this distance, so that rounding its frequency leaves a valid curve.
const LEAST_RATIO_OF_EDITS: f32 = 1.01;

/// A point of a [`ThresholdCurve`].
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct CurvePoint {
    /// Frequency, within [`CURVE_RANGE_HZ`].
    pub hz: f32,
    /// Offset of the threshold there, within [`BAND_RANGE_DB`].
    pub db: f32,
}

/// At most [`MOST_CURVE_POINTS`] points in the order of their frequencies. The default has none, and offsets nothing.
///
/// As text it is `HZ:DB,HZ:DB`, or nothing without points: `100:-6,2500:4.5`.
#[derive(Clone, Copy, Default)]
pub struct ThresholdCurve {
    points: [CurvePoint; MOST_CURVE_POINTS],
    count: usize,
}

/// Why there is no such [`ThresholdCurve`], in words for the user.
#[derive(Debug, Clone, PartialEq)]
pub enum CurveError {
    /// The text of a point is none.
    Text(String),
    /// The frequency of a point is out of range.
    Hz(f32),
    /// The offset of a point is out of range.
    Db(f32),
    /// Two points are too close to each other, in hertz.
    Close(f32, f32),
    /// There are too many points.
    Many(usize),
}

impl fmt::Display for CurveError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [lowest, highest] = CURVE_RANGE_HZ;
        match self {
            Self::Text(text) => write!(f, "'{text}' is no point of a curve: expected HZ:DB, as in 250:-6"),
            Self::Hz(hz) => write!(f, "a point at {hz} Hz: points are between {lowest} and {highest} Hz"),
            Self::Db(db) => {
                write!(f, "a point at {db} dB: points are between -{BAND_RANGE_DB} and {BAND_RANGE_DB} dB")
            }
            Self::Close(one, other) if one == other => write!(f, "two points are at {one} Hz"),
            Self::Close(one, other) => {
                write!(f, "the points at {one} and {other} Hz are less than a thousandth apart")
            }
            Self::Many(count) => write!(f, "{count} points: a curve has at most {MOST_CURVE_POINTS}"),
        }
    }
}

impl std::error::Error for CurveError {}

impl ThresholdCurve {
    /// A curve through these points, in any order. RT-safe.
    ///
    /// # Errors
    /// When there are too many points, one is out of range, or two are closer than a thousandth of their frequency.
    pub fn new(points: &[CurvePoint]) -> Result<Self, CurveError> {
        let mut curve = Self { count: points.len(), ..Self::default() };
        let Some(kept) = curve.points.get_mut(..points.len()) else {
            return Err(CurveError::Many(points.len()));
        };
        for (kept, &point) in kept.iter_mut().zip(points) {
            if !(CURVE_RANGE_HZ[0]..=CURVE_RANGE_HZ[1]).contains(&point.hz) {
                return Err(CurveError::Hz(point.hz));
            }
            if !(-BAND_RANGE_DB..=BAND_RANGE_DB).contains(&point.db) {
                return Err(CurveError::Db(point.db));
            }
            *kept = point;
        }
        kept.sort_unstable_by(|one, other| one.hz.total_cmp(&other.hz));
        let close = kept.windows(2).find(|pair| pair[1].hz < pair[0].hz * LEAST_RATIO);
        if let Some(pair) = close {
            return Err(CurveError::Close(pair[0].hz, pair[1].hz));
        }
        Ok(curve)
    }

    /// Its points, in the order of their frequencies. RT-safe.
    pub fn points(&self) -> &[CurvePoint] {
        &self.points[..self.count]
    }

    /// Whether it has no points. RT-safe.
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// This curve with a further point, which is clamped to the range, and the point's place. `None` when there is no room
    /// for it: the curve has all its points, or one is closer than 1 %. RT-safe.
    pub fn added(&self, point: CurvePoint) -> Option<(Self, usize)> {
        let point = clamped(point);
        let place = self.points().partition_point(|known| known.hz < point.hz);
        if self.count == MOST_CURVE_POINTS
            || self.bounds_hz(place, place).is_none_or(|[low, high]| point.hz < low || point.hz > high)
        {
            return None;
        }
        let mut curve = *self;
        curve.points.copy_within(place..self.count, place + 1);
        curve.points[place] = point;
        curve.count += 1;
        Some((curve, place))
    }

    /// This curve with the point at `place` moved: within the range, and not past its neighbours, from which it keeps 1 %.
    /// RT-safe.
    pub fn moved(&self, place: usize, to: CurvePoint) -> Self {
        let mut curve = *self;
        let Some(point) = curve.points[..self.count].get_mut(place) else { return curve };
        let to = clamped(to);
        point.db = to.db;
        // Neighbours of a file may leave no room.
        if let Some([low, high]) = self.bounds_hz(place, place + 1) {
            point.hz = to.hz.clamp(low, high);
        }
        curve
    }

    /// This curve without the point at `place`. RT-safe.
    pub fn removed(&self, place: usize) -> Self {
        let mut curve = *self;
        if place < self.count {
            curve.points.copy_within(place + 1..self.count, place);
            curve.count -= 1;
        }
        curve
    }

    /// Offset of the threshold at one frequency in dB. For displays. RT-safe.
    pub fn offset_db(&self, hz: f32) -> f32 {
        self.offset_db_of_hz()(hz)
    }

    /// As [`Self::offset_db`], for many frequencies. RT-safe, and so is what it returns.
    pub fn offset_db_of_hz(&self) -> impl Fn(f32) -> f32 {
        let spline = Spline::through(self);
        move |hz| {
            spline.as_ref().map_or(0.0, |spline| {
                let ln_hz = hz.ln();
                spline.db(spline.segment(0, ln_hz), ln_hz)
            })
        }
    }

    /// Lowest and highest frequency of a point between those before `above` and those from `below` on, if there is room.
    fn bounds_hz(&self, above: usize, below: usize) -> Option<[f32; 2]> {
        let [mut low, mut high] = CURVE_RANGE_HZ;
        if let Some(before) = above.checked_sub(1) {
            low = self.points[before].hz * LEAST_RATIO_OF_EDITS;
        }
        if let Some(after) = self.points().get(below) {
            high = after.hz / LEAST_RATIO_OF_EDITS;
        }
        (low <= high).then_some([low, high])
    }
}

/// In the range; what is no number counts as the lower end.
fn clamped(point: CurvePoint) -> CurvePoint {
    let within = |value: f32, low: f32, high: f32| if value.is_nan() { low } else { value.clamp(low, high) };
    let [lowest, highest] = CURVE_RANGE_HZ;
    CurvePoint { hz: within(point.hz, lowest, highest), db: within(point.db, -BAND_RANGE_DB, BAND_RANGE_DB) }
}

impl PartialEq for ThresholdCurve {
    fn eq(&self, other: &Self) -> bool {
        self.points() == other.points()
    }
}

impl fmt::Debug for ThresholdCurve {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ThresholdCurve({self})")
    }
}

impl fmt::Display for ThresholdCurve {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, CurvePoint { hz, db }) in self.points().iter().enumerate() {
            let comma = if place == 0 { "" } else { "," };
            write!(f, "{comma}{hz}:{db}")?;
        }
        Ok(())
    }
}

impl FromStr for ThresholdCurve {
    type Err = CurveError;

    /// Reads `HZ:DB,HZ:DB`, in any order, with spaces between.
    fn from_str(text: &str) -> Result<Self, CurveError> {
        if text.trim().is_empty() {
            return Ok(Self::default());
        }
        let point = |text: &str| {
            let parts = text.split_once(':');
            let numbers = parts.and_then(|(hz, db)| Some((hz.trim().parse().ok()?, db.trim().parse().ok()?)));
            let (hz, db) = numbers.ok_or_else(|| CurveError::Text(text.trim().to_owned()))?;
            Ok(CurvePoint { hz, db })
        };
        Self::new(&text.split(',').map(point).collect::<Result<Vec<_>, CurveError>>()?)
    }
}

/// The cubic pieces of a curve: per point the logarithm of its frequency, its offset, and its slope there.
pub(crate) struct Spline {
    ln_hz: [f32; MOST_CURVE_POINTS],
    db: [f32; MOST_CURVE_POINTS],
    slopes: [f32; MOST_CURVE_POINTS],
    last: usize,
}

impl Spline {
    /// `None` without points. RT-safe.
    pub(crate) fn through(curve: &ThresholdCurve) -> Option<Self> {
        let last = curve.count.checked_sub(1)?;
        let none = [0.0; MOST_CURVE_POINTS];
        let mut spline = Self { ln_hz: none, db: none, slopes: none, last };
        for (place, point) in curve.points().iter().enumerate() {
            (spline.ln_hz[place], spline.db[place]) = (point.hz.ln(), point.db);
        }
        // Level at both ends, so that the curve goes on smoothly into what is outside.
        for place in 1..last {
            spline.slopes[place] = spline.monotone_slope(place);
        }
        Some(spline)
    }

    /// Zero at an extreme, otherwise the weighted harmonic mean of the differences on both sides.
    fn monotone_slope(&self, place: usize) -> f32 {
        let (before, after) = (self.width(place - 1), self.width(place));
        let left = (self.db[place] - self.db[place - 1]) / before;
        let right = (self.db[place + 1] - self.db[place]) / after;
        if left * right <= 0.0 {
            return 0.0;
        }
        let (of_left, of_right) = (2.0 * after + before, after + 2.0 * before);
        (of_left + of_right) / (of_left / left + of_right / right)
    }

    fn width(&self, segment: usize) -> f32 {
        self.ln_hz[segment + 1] - self.ln_hz[segment]
    }

    /// The piece that has this frequency, from the piece `from` upwards. RT-safe.
    pub(crate) fn segment(&self, from: usize, ln_hz: f32) -> usize {
        let mut segment = from;
        while segment + 1 < self.last && ln_hz >= self.ln_hz[segment + 1] {
            segment += 1;
        }
        segment
    }

    /// The offset at a frequency of this piece, or outside all of them. RT-safe.
    pub(crate) fn db(&self, segment: usize, ln_hz: f32) -> f32 {
        if ln_hz <= self.ln_hz[0] {
            return self.db[0];
        }
        if ln_hz >= self.ln_hz[self.last] {
            return self.db[self.last];
        }
        let width = self.width(segment);
        let (y0, y1) = (self.db[segment], self.db[segment + 1]);
        let (m0, m1) = (self.slopes[segment] * width, self.slopes[segment + 1] * width);
        let t = (ln_hz - self.ln_hz[segment]) / width;
        let (t2, t3) = (t * t, t * t * t);
        y0 + (3.0 * t2 - 2.0 * t3) * (y1 - y0) + (t3 - 2.0 * t2 + t) * m0 + (t3 - t2) * m1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn curve(text: &str) -> ThresholdCurve {
        text.parse().unwrap()
    }

    #[test]
    fn the_curve_passes_its_points_never_goes_beyond_them_and_is_level_outside() {
        let text = "40:-24,43:24,50:24,900:-6,1000:-5,1001.5:3,9000:3,16000:-12";
        let curve = curve(text);
        for point in curve.points() {
            assert!((curve.offset_db(point.hz) - point.db).abs() < 1e-3, "{point:?}");
        }
        for pair in curve.points().windows(2) {
            let mut last_db = pair[0].db;
            for step in 0..=100 {
                let hz = pair[0].hz * (pair[1].hz / pair[0].hz).powf(step as f32 / 100.0);
                let db = curve.offset_db(hz);
                // Monotone, and so within its ends.
                assert!((db - last_db) * (pair[1].db - pair[0].db) >= -1e-3, "{hz} Hz: {db} after {last_db}");
                last_db = db;
            }
            assert!((last_db - pair[1].db).abs() < 0.02, "{pair:?}: ends at {last_db}");
        }
        assert_eq!(
            [0.0, 1.0, 40.0, 16_001.0, 90e3].map(|hz| curve.offset_db(hz)),
            [-24.0, -24.0, -24.0, -12.0, -12.0]
        );
        assert_eq!(curve.to_string(), text);
    }

    /// The same curve as Bézier pieces, by de Casteljau's construction in double precision, with Brodlie's form of the slope.
    #[test]
    fn the_curve_is_its_formula() {
        let points = [(50.0f64, 0.0f64), (200.0, 3.0), (450.0, 12.0), (3000.0, 13.0), (9000.0, -8.0)];
        let curve = curve("50:0,200:3,450:12,3000:13,9000:-8");
        let slope = |place: usize| {
            if place == 0 || place + 1 == points.len() {
                return 0.0;
            }
            let secant = |from: usize| {
                (points[from + 1].1 - points[from].1) / (points[from + 1].0 / points[from].0).ln()
            };
            let (before, after) =
                ((points[place].0 / points[place - 1].0).ln(), (points[place + 1].0 / points[place].0).ln());
            let (left, right) = (secant(place - 1), secant(place));
            let share = (before + 2.0 * after) / (3.0 * (before + after));
            if left * right > 0.0 { left * right / (share * right + (1.0 - share) * left) } else { 0.0 }
        };
        for place in 0..points.len() - 1 {
            let ((hz0, y0), (hz1, y1)) = (points[place], points[place + 1]);
            let third = (hz1 / hz0).ln() / 3.0;
            for step in 0..=20 {
                let t = f64::from(step) / 20.0;
                let mut levels = [y0, y0 + third * slope(place), y1 - third * slope(place + 1), y1];
                for round in 1..4 {
                    (0..4 - round).for_each(|i| levels[i] += t * (levels[i + 1] - levels[i]));
                }
                let hz = hz0 * (hz1 / hz0).powf(t);
                let got = curve.offset_db(hz as f32);
                assert!((f64::from(got) - levels[0]).abs() < 1e-3, "{hz} Hz: {got}, {}", levels[0]);
            }
        }
    }

    #[test]
    fn one_point_offsets_everything_and_none_nothing() {
        assert_eq!([1.0, 1000.0, 20e3].map(|hz| curve("300:-4.5").offset_db(hz)), [-4.5; 3]);
        assert_eq!([1.0, 1000.0, 20e3].map(|hz| curve(" ").offset_db(hz)), [0.0; 3]);
        assert_eq!(curve(""), ThresholdCurve::default());
    }

    #[test]
    fn what_makes_no_sense_is_refused_with_the_reason() {
        for (text, why) in [
            ("100", "'100' is no point"),
            ("100:", "expected HZ:DB"),
            ("100:3,", "'' is no point"),
            ("a:3", "'a:3'"),
            ("100:3 dB", "'100:3 dB'"),
            ("19:3", "a point at 19 Hz: points are between 20 and 20000 Hz"),
            ("20001:3", "20001 Hz"),
            ("NaN:3", "NaN Hz"),
            ("100:25", "a point at 25 dB: points are between -24 and 24 dB"),
            ("100:-24.1", "-24.1 dB"),
            ("100:inf", "inf dB"),
            ("100:NaN", "NaN dB"),
            ("500:1,100:3,100:4", "two points are at 100 Hz"),
            ("1000:3,1000.5:4", "1000 and 1000.5 Hz are less than a thousandth apart"),
        ] {
            let said = text.parse::<ThresholdCurve>().unwrap_err().to_string();
            assert!(said.contains(why), "{text}: {said}");
        }
        let points =
            |count: usize| (0..count).map(|place| CurvePoint { hz: 100.0 + 100.0 * place as f32, db: 1.0 });
        assert!(ThresholdCurve::new(&points(32).collect::<Vec<_>>()).is_ok());
        let said = ThresholdCurve::new(&points(33).collect::<Vec<_>>()).unwrap_err().to_string();
        assert_eq!(said, "33 points: a curve has at most 32");
        assert_eq!(curve(" 500 : 1 , 100:3 ").to_string(), "100:3,500:1");
    }

    #[test]
    fn points_are_added_moved_and_removed_within_their_bounds() {
        let point = |hz, db| CurvePoint { hz, db };
        let (one, place) = ThresholdCurve::default().added(point(1e9, -99.0)).unwrap();
        assert_eq!((one.to_string().as_str(), place), ("20000:-24", 0));
        let (three, place) = curve("100:1,1000:2").added(point(300.0, 5.0)).unwrap();
        assert_eq!((three.to_string().as_str(), place), ("100:1,300:5,1000:2", 1));
        assert_eq!(three.added(point(302.0, 0.0)), None, "too close");
        assert_eq!(three.moved(1, point(50.0, 30.0)).to_string(), "100:1,101:24,1000:2");
        assert_eq!(three.moved(1, point(9000.0, 0.5)).points()[1], point(1000.0 / 1.01, 0.5));
        assert_eq!(three.moved(0, point(f32::NAN, f32::NAN)).to_string(), "20:-24,300:5,1000:2");
        assert_eq!(three.moved(3, point(50.0, 0.0)), three);
        assert_eq!(three.removed(0).to_string(), "300:5,1000:2");
        assert_eq!(three.removed(2).removed(1).removed(0), ThresholdCurve::default());
        assert_eq!(three.removed(3), three);
        let close = curve("100:1,100.2:2,100.4:3");
        assert_eq!(close.moved(1, point(100.3, 5.0)).to_string(), "100:1,100.2:5,100.4:3");
        let mut full = ThresholdCurve::default();
        while let Some((more, _)) = full.added(point(20.0 * 1.1f32.powi(full.points().len() as i32), 0.0)) {
            full = more;
        }
        assert_eq!(full.points().len(), MOST_CURVE_POINTS);
        assert!(full.to_string().parse::<ThresholdCurve>().unwrap() == full, "from its text to the bit");
    }
}
