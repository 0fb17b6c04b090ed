import { useState } from 'react'
import { useWords } from '../../text'
import { CheckField, TextField } from '../../ui/form'
import { useBrands } from './api'
import { ruleWords } from './words'

interface Props {
  brands: string[]
  categories: string[]
  onBrands: (ids: string[]) => void
  onCategories: (names: string[]) => void
}

const list = (text: string) => [...new Set(text.split(/[,，、;；\n]/).map((s) => s.trim()).filter(Boolean))]

/** Excluded are the brands and kinds of offers that are not taken. */
export function Excluded({ brands, categories, onBrands, onCategories }: Props) {
  const w = useWords(ruleWords)
  const known = useBrands()
  // What is typed is kept as it is: a comma at the end is the beginning of the next word.
  const [text, setText] = useState(categories.join(', '))
  const shown = list(text).join() === categories.join() ? text : categories.join(', ')
  const gone = brands.filter((id) => !known.some((b) => b.id === id))
  return (
    <>
      <fieldset className="pacing-brands">
        <legend>{w('brands')}</legend>
        {known.length + gone.length === 0 && <p className="hint">{w('brands.none')}</p>}
        {[...known, ...gone.map((id) => ({ id, name: w('brand.gone', { id }) }))].map((b) => (
          <CheckField key={b.id} name={`brand-${b.id}`} label={b.name} checked={brands.includes(b.id)}
            onChecked={(on) => onBrands(on ? [...brands, b.id] : brands.filter((id) => id !== b.id))} />
        ))}
      </fieldset>
      <TextField name="excluded_categories" label={w('categories')} hint={w('categories.hint')} value={shown}
        onValue={(v) => { setText(v); onCategories(list(v)) }} />
    </>
  )
}
