import { useWords } from '../../text'
import type { Template } from './api'
import { templateWords } from './templatewords'

const types = ['thing', 'number', 'letter', 'symbol', 'character_string', 'time', 'date', 'amount', 'phone_number', 'car_number', 'name', 'phrase'] as const

/** useRuleOfField says what may stand in a template's field. */
export function useRuleOfField(): (field: Template['fields'][number]) => string {
  const w = useWords(templateWords)
  return (f) => {
    if (f.enum.length > 0) return w('type.enum', { all: f.enum.join(' / ') })
    const type = types.find((x) => x === f.type)
    return type ? w(`type.${type}`) : w('type.other')
  }
}
