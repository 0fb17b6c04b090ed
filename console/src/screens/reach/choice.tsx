import type { ReactNode } from 'react'

interface Option<V extends string> {
  value: V
  label: string
  hint?: string
  /** what belongs to this choice and shows while it is the one */
  children?: ReactNode
}

interface Props<V extends string> {
  legend: string
  /** the legend is for screen readers only: a title above says the same */
  hidden?: boolean
  /** the choices stand in one line, and below it what belongs to the one */
  inline?: boolean
  name: string
  value: V
  onValue: (value: V) => void
  options: Option<V>[]
}

/** Choice is one of several, each with its line of explanation. */
export function Choice<V extends string>({ legend, hidden, inline, name, value, onValue, options }: Props<V>) {
  const more = (o: Option<V>) => value === o.value && o.children && <div className="reach-option-more" key={o.value}>{o.children}</div>
  return (
    <fieldset className="reach-fields" data-inline={inline}>
      <legend className={hidden ? 'sr' : undefined}>{legend}</legend>
      <div className="reach-options">
        {options.map((o) => (
          <div key={o.value}>
            <div className="check">
              <input type="radio" id={`${name}-${o.value}`} name={name} value={o.value} checked={value === o.value} onChange={() => onValue(o.value)}
                aria-describedby={o.hint ? `${name}-${o.value}-hint` : undefined} />
              <label htmlFor={`${name}-${o.value}`}>{o.label}</label>
              {o.hint && <p className="hint" id={`${name}-${o.value}-hint`}>{o.hint}</p>}
            </div>
            {!inline && more(o)}
          </div>
        ))}
      </div>
      {inline && options.map(more)}
    </fieldset>
  )
}
