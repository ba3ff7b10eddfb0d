/** What a data stream's namespace is made of, and the same in words. */
export const NAMESPACE = /^[^A-Z\\/*?"<>|\s,#:-]{1,100}$/;
export const NAMESPACE_RULE =
  'expected at most 100 lower-case characters, none of them blank, - or one of \\ / * ? " < > | , # :';
