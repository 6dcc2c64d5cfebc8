// The two operations that PyTorch does slowly on two cores: a convolution over cells of few channels, and a recurrence over
// frames. Arrays are (batch, channels, frames, cells), 32-bit float. Built by kernels.py.

#include <stdlib.h>
#include <string.h>

typedef float lanes __attribute__((vector_size(32)));
enum { LANES = 8, MOST_CHANNELS = 64, MARGIN = 64 };

static lanes load(const float *p) { lanes v; memcpy(&v, p, sizeof v); return v; }
static void store(float *p, lanes v) { memcpy(p, &v, sizeof v); }
static long whole(long cells) { return (cells + LANES - 1) / LANES * LANES; }

static float leaky(float v) { return v > 0 ? v : 0.1f * v; }

// The rows of all channels of one frame, with zeros at both ends. With `active`, gradients of leaky(.) by its output there.
static void gather(const float *x, const float *active, long channels, long stride, long cells, float *rows, long row) {
    for (long c = 0; c < channels; c++) {
        float *to = rows + c * row;
        memset(to, 0, MARGIN * sizeof *to);
        memcpy(to + MARGIN, x + c * stride, cells * sizeof *to);
        if (active)
            for (long k = 0; k < cells; k++) to[MARGIN + k] *= active[c * stride + k] > 0 ? 1 : 0.1f;
        memset(to + MARGIN + cells, 0, (row - MARGIN - cells) * sizeof *to);
    }
}

static inline __attribute__((always_inline)) void block(int outs, const float *rows, long row, const float *w, const float *bias,
                                                        long ins, long taps, long step, long at, long wo, float *out, long out_row) {
    lanes sum[4][2];
    for (int o = 0; o < outs; o++) sum[o][0] = sum[o][1] = bias ? (lanes){} + bias[o] : (lanes){};
    for (long i = 0; i < ins; i++)
        for (long k = 0; k < taps; k++) {
            const float *p = rows + i * row + MARGIN + at + (k - taps / 2) * step;
            lanes a = load(p), b = load(p + LANES);
            for (int o = 0; o < outs; o++) {
                float g = w[o * wo + i * taps + k];
                sum[o][0] += g * a;
                sum[o][1] += g * b;
            }
        }
    for (int o = 0; o < outs; o++) {
        store(out + o * out_row + at, sum[o][0]);
        store(out + o * out_row + at + LANES, sum[o][1]);
    }
}

// y[o] = bias[o] + sum over i, k of w[o][i][k] * x[i][cell + (k - taps / 2) * step], leaky where asked
void convolve(const float *x, const float *active, long act, const float *w, const float *bias, float *y, long batch, long ins, long outs, long frames, long cells,
              long taps, long step) {
    long row = whole(cells) + 2 * MARGIN + LANES, out_row = whole(cells) + LANES;
#pragma omp parallel num_threads(THREADS)
    {
        float *rows = malloc(ins * row * sizeof *rows), *out = malloc(outs * out_row * sizeof *out);
#pragma omp for schedule(dynamic, 8)
        for (long n = 0; n < batch * frames; n++) {
            long b = n / frames, t = n % frames, stride = frames * cells;
            long place = b * ins * stride + t * cells;
            gather(x + place, active ? active + place : NULL, ins, stride, cells, rows, row);
            for (long o = 0; o < outs; o += 4) {
                const float *wo = w + o * ins * taps, *bo = bias ? bias + o : NULL;
                for (long at = 0; at < cells; at += 2 * LANES)
                    if (outs - o >= 4) block(4, rows, row, wo, bo, ins, taps, step, at, ins * taps, out + o * out_row, out_row);
                    else for (long p = 0; p < outs - o; p++)
                        block(1, rows, row, wo + p * ins * taps, bo ? bo + p : NULL, ins, taps, step, at, ins * taps, out + (o + p) * out_row, out_row);
            }
            if (act)
                for (long j = 0; j < outs * out_row; j++) out[j] = leaky(out[j]);
            for (long o = 0; o < outs; o++) memcpy(y + (b * outs + o) * stride + t * cells, out + o * out_row, cells * sizeof *y);
        }
        free(rows), free(out);
    }
}

// dw[o][i][k] += sum of dy[o] * x[i] shifted; db[o] += sum of dy[o]
void weights(const float *x, const float *dy, const float *active, float *dw, float *db, long batch, long ins, long outs, long frames, long cells, long taps,
             long step) {
    long row = whole(cells) + 2 * MARGIN + LANES;
#pragma omp parallel num_threads(THREADS)
    {
        float *rows = malloc(ins * row * sizeof *rows), *grads = malloc((outs + 3) * row * sizeof *grads);
        float *own = calloc((outs + 3) * ins * taps + outs, sizeof *own), *bias = own + (outs + 3) * ins * taps;
#pragma omp for schedule(dynamic, 8)
        for (long n = 0; n < batch * frames; n++) {
            long b = n / frames, t = n % frames, stride = frames * cells;
            long place = b * outs * stride + t * cells;
            gather(x + b * ins * stride + t * cells, NULL, ins, stride, cells, rows, row);
            gather(dy + place, active ? active + place : NULL, outs, stride, cells, grads, row);
            for (long o = 0; o < outs; o++)
                for (long at = 0; at < cells; at++) bias[o] += grads[o * row + MARGIN + at];
            memset(grads + outs * row, 0, 3 * row * sizeof *grads);
            for (long o = 0; o < outs; o += 4)
                for (long i = 0; i < ins; i++)
                    for (long k = 0; k < taps; k++) {
                        const float *p = rows + i * row + MARGIN + (k - taps / 2) * step, *g = grads + o * row + MARGIN;
                        lanes s[4] = {{}, {}, {}, {}};
                        for (long at = 0; at < cells; at += LANES) {
                            lanes v = load(p + at);
                            for (int q = 0; q < 4; q++) s[q] += v * load(g + q * row + at);
                        }
                        for (int q = 0; q < 4; q++)
                            for (int l = 0; l < LANES; l++) own[((o + q) * ins + i) * taps + k] += s[q][l];
                    }
        }
#pragma omp critical
        {
            for (long j = 0; j < outs * ins * taps; j++) dw[j] += own[j];
            for (long o = 0; o < outs; o++) db[o] += bias[o];
        }
        free(rows), free(grads), free(own);
    }
}

// Gate from 0 to 1: soft sign.
static float opened(float v) { return 0.5f + 0.5f * v / (1 + __builtin_fabsf(v)); }

// state[t] = state[t - 1] + opened(gate[t]) * (candidate[t] - state[t - 1])
void scan(const float *gate, const float *candidate, float *state, long batch, long frames, long cells) {
#pragma omp parallel for schedule(dynamic, 4) num_threads(THREADS)
    for (long n = 0; n < batch; n++)
        for (long t = 0; t < frames; t++)
            for (long at = (n * frames + t) * cells, k = 0; k < cells; k++) {
                float before = t ? state[at + k - cells] : 0;
                state[at + k] = before + opened(gate[at + k]) * (candidate[at + k] - before);
            }
}

void scan_back(const float *gate, const float *candidate, const float *state, const float *grad, float *dgate, float *dcandidate, long batch,
               long frames, long cells) {
#pragma omp parallel for schedule(dynamic, 4) num_threads(THREADS)
    for (long n = 0; n < batch; n++) {
        float *total = calloc(cells, sizeof *total);
        for (long t = frames - 1; t >= 0; t--)
            for (long at = (n * frames + t) * cells, k = 0; k < cells; k++) {
                float g = grad[at + k] + total[k], before = t ? state[at + k - cells] : 0, z = opened(gate[at + k]);
                float slope = 1 / (1 + __builtin_fabsf(gate[at + k]));
                dgate[at + k] = g * (candidate[at + k] - before) * 0.5f * slope * slope;
                dcandidate[at + k] = g * z;
                total[k] = g * (1 - z);
            }
        free(total);
    }
}
