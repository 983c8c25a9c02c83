/** Small things that this device remembers for its person: saved views, language, idle limit, theme. Types only. */

/** JSON. */
export type PreferenceValue =
  | string
  | number
  | boolean
  | null
  | readonly PreferenceValue[]
  | { readonly [name: string]: PreferenceValue };

export interface PreferencesModule {
  /** @throws InputError INPUT_INVALID for a key that is not 1 to 64 of `a-z 0-9 . _ -` */
  read(key: string): Promise<PreferenceValue | undefined>;
  /**
   * Keeps a value; undefined removes it.
   * @throws InputError INPUT_INVALID; LimitError LIMIT_EXCEEDED (`preferenceBytesMax` 65,536 a value, `preferencesMax` 200 keys)
   */
  write(key: string, value: PreferenceValue | undefined): Promise<void>;
  list(): Promise<string[]>;
}
