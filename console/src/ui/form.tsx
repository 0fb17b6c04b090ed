import type { InputHTMLAttributes, ReactNode, SelectHTMLAttributes, TextareaHTMLAttributes } from 'react'
import { ApiError } from '../api'

/** describe ties an input to the line below it, which says what is wrong or what is wanted. */
export function describe(name: string, wrong: string | undefined) {
  return { 'aria-invalid': wrong ? true : undefined, 'aria-describedby': `${name}-hint` } as const
}

interface Frame {
  name: string
  label: string
  hint?: string
  wrong?: string
}

/** Field is a label, an input and the line below. */
export function Field({ name, label, hint, wrong, children }: Frame & { children: ReactNode }) {
  return (
    <div className="field">
      <label htmlFor={name}>{label}</label>
      {children}
      <p className={wrong ? 'field-error' : 'hint'} id={`${name}-hint`}>{wrong ?? hint ?? ''}</p>
    </div>
  )
}

type Props<E> = Omit<E, 'name' | 'onChange' | 'value'> & Frame & { value: string; onValue: (value: string) => void }

export function TextField({ name, label, hint, wrong, value, onValue, ...rest }: Props<InputHTMLAttributes<HTMLInputElement>>) {
  return (
    <Field name={name} label={label} hint={hint} wrong={wrong}>
      <input id={name} name={name} className="input" value={value} onChange={(e) => onValue(e.target.value)} {...describe(name, wrong)} {...rest} />
    </Field>
  )
}

export function AreaField({ name, label, hint, wrong, value, onValue, ...rest }: Props<TextareaHTMLAttributes<HTMLTextAreaElement>>) {
  return (
    <Field name={name} label={label} hint={hint} wrong={wrong}>
      <textarea id={name} name={name} className="input" rows={4} value={value} onChange={(e) => onValue(e.target.value)}
        {...describe(name, wrong)} {...rest} />
    </Field>
  )
}

type Option = { value: string; label: string; disabled?: boolean }

export function SelectField({ name, label, hint, wrong, value, onValue, options, ...rest }:
  Props<SelectHTMLAttributes<HTMLSelectElement>> & { options: Option[] }) {
  return (
    <Field name={name} label={label} hint={hint} wrong={wrong}>
      <select id={name} name={name} className="input" value={value} onChange={(e) => onValue(e.target.value)} {...describe(name, wrong)} {...rest}>
        {options.map((o) => <option key={o.value} value={o.value} disabled={o.disabled}>{o.label}</option>)}
      </select>
    </Field>
  )
}

/** CheckField is one choice that is on or off. */
export function CheckField({ name, label, hint, checked, onChecked }: {
  name: string; label: string; hint?: string; checked: boolean; onChecked: (checked: boolean) => void
}) {
  return (
    <div className="check">
      <input type="checkbox" id={name} name={name} checked={checked} onChange={(e) => onChecked(e.target.checked)}
        aria-describedby={hint ? `${name}-hint` : undefined} />
      <label htmlFor={name}>{label}</label>
      {hint && <p className="hint" id={`${name}-hint`}>{hint}</p>}
    </div>
  )
}

/** wrongOf tells which field the server objects to, and how; nothing if its objection is to the whole. */
export function wrongOf(error: unknown): { field: string; text: string } | undefined {
  return error instanceof ApiError && error.field ? { field: error.field, text: error.message } : undefined
}
