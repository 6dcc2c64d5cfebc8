/* Wine 8.0 has no bcryptprimitives.dll, from which Rust's standard library takes its random numbers. This stand-in is
   for Wine alone, and goes into no package. */
#include <windows.h>
#include <ntsecapi.h>

__declspec(dllexport) BOOL WINAPI ProcessPrng(PBYTE data, SIZE_T length)
{
    return RtlGenRandom(data, (ULONG)length);
}
