/* Wine 8.0's findstr finds its text in every file. This one looks for it: findstr /m /c:TEXT FILE ends with 0 if the text is in the
   file, as Windows' does, and with 1 or 2 if it is not. */

#include <stdio.h>
#include <string.h>

static char bytes[1 << 20];

int main(int count, char **arguments) {
    if (count != 4 || strcmp(arguments[1], "/m") != 0 || strncmp(arguments[2], "/c:", 3) != 0) {
        return 2;
    }
    const char *text = arguments[2] + 3;
    FILE *file = fopen(arguments[3], "rb");
    if (!file) {
        return 1;
    }
    size_t length = fread(bytes, 1, sizeof bytes, file);
    for (size_t at = 0; at + strlen(text) <= length; at++) {
        if (memcmp(bytes + at, text, strlen(text)) == 0) {
            puts(arguments[3]);
            return 0;
        }
    }
    return 1;
}
