/** zones lists the time zones the browser knows, the one that is likely first. */
export function zones(likely: string): { value: string; label: string }[] {
  const all = Intl.supportedValuesOf('timeZone').filter((z) => z !== likely)
  return [likely, ...all].map((value) => ({ value, label: value.replaceAll('_', ' ') }))
}
