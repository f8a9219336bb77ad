/** Several values, at once or over time. */
export type AnyIterable<T> = Iterable<T> | AsyncIterable<T>;
