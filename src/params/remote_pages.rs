//! The pages that controllers show, the most used first.

use lull_engine::Parameter::{self, *};
use nice_plug::params::internals::ParamPtr;
use nice_plug::prelude::*;

use super::definitions::LullParams;

/// Name and parameters of each page, eight at most.
const PAGES: [(&str, &[Parameter]); 4] = [
    ("Main", &[Learn, Threshold, Sharpness, Reduction, Smoothing, Mix, Output, Listen]),
    ("Bands", &[Band1, Band2, Band3, Band4, Band5, Band6, Band7, Band8]),
    ("Learn", &[Learn, LearnFrom, LearnWindow, LearnAdd, Statistic, Spread, Percentile, Estimator]),
    ("Smoothing and output", &[Attack, Release, FreqSmoothing, TimeMedian, Link, Makeup, Mix, Output]),
];

/// Lays out the pages. Setup only.
pub fn lay_out(params: &LullParams, context: &mut impl RemoteControlsContext) {
    context.add_section("Lull", |section| {
        for (name, parameters) in PAGES {
            section.add_page(name, |page| {
                parameters.iter().for_each(|&parameter| add(params.view(parameter).pointer(), page));
            });
        }
    });
}

fn add(param: ParamPtr, page: &mut impl RemoteControlsPage) {
    // SAFETY: the pointer is that of a parameter of the `LullParams` that the caller borrows.
    unsafe {
        match param {
            ParamPtr::FloatParam(param) => page.add_param(&*param),
            ParamPtr::BoolParam(param) => page.add_param(&*param),
            ParamPtr::IntParam(param) => page.add_param(&*param),
            ParamPtr::EnumParam(param) => page.add_param(&*param),
        }
    }
}
