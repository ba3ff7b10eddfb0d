/** The program's version: in `--version`, in the User-Agent and as the version of the records' scope. */
export const VERSION = "0.1.0";
