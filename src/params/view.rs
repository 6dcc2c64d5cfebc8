//! A parameter of any type, as hosts and the editor see it: by its name, text and position.

use std::marker::PhantomData;

use nice_plug::params::internals::ParamPtr;
use nice_plug::prelude::*;

/// A parameter of any type, as long as its owner lives.
#[derive(Clone, Copy)]
pub struct ParamView<'a> {
    param: ParamPtr,
    owner: PhantomData<&'a ()>,
}

impl<'a> ParamView<'a> {
    pub fn of(param: &'a impl Param) -> Self {
        Self { param: param.as_ptr(), owner: PhantomData }
    }

    /// # Safety
    /// `param` points to a parameter that lives as long as `'a`.
    pub(super) unsafe fn of_pointer(param: ParamPtr) -> Self {
        Self { param, owner: PhantomData }
    }

    /// The framework's pointer, for calls that need it.
    pub fn pointer(&self) -> ParamPtr {
        self.param
    }

    /// Whether it is for hosts alone.
    pub fn is_hidden(&self) -> bool {
        // SAFETY: the pointer is of the owner, which the lifetime keeps alive.
        unsafe { self.param.flags() }.contains(ParamFlags::HIDDEN)
    }

    pub fn name(&self) -> String {
        // SAFETY, here and below: the pointer is of the owner, which the lifetime keeps alive.
        unsafe { self.param.name() }.to_owned()
    }

    /// The text of a position from 0 to 1, with its unit.
    pub fn text(&self, normalized: f32) -> String {
        // SAFETY: see `name`.
        unsafe { self.param.normalized_value_to_string(normalized, true) }
    }

    /// The position from 0 to 1 of a text.
    pub fn parse(&self, text: &str) -> Option<f32> {
        // SAFETY: see `name`.
        unsafe { self.param.string_to_normalized_value(text) }
    }

    /// Steps from the lowest value to the highest, if they can be counted.
    pub fn steps(&self) -> Option<usize> {
        // SAFETY: see `name`.
        unsafe { self.param.step_count() }
    }

    /// Whether it is a choice among values that have names.
    pub fn is_choice(&self) -> bool {
        matches!(self.param, ParamPtr::EnumParam(_))
    }

    /// Positions and names of all values, if they can be counted.
    pub fn choices(&self) -> Vec<(f32, String)> {
        let steps = self.steps();
        let position = |step, steps| step as f32 / steps as f32;
        steps.map_or(Vec::new(), |steps| {
            (0..=steps).map(|step| (position(step, steps), self.text(position(step, steps)))).collect()
        })
    }

    pub fn default_normalized(&self) -> f32 {
        // SAFETY: see `name`.
        unsafe { self.param.default_normalized_value() }
    }

    pub fn normalized(&self) -> f32 {
        // SAFETY: see `name`.
        unsafe { self.param.unmodulated_normalized_value() }
    }
}
