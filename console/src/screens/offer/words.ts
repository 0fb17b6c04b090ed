import { type Fill, words } from '../../text'
import { en } from './en'
import { type Word, zh } from './zh'

export type { Word } from './zh'

/** W says a text of this room. */
export type W = (key: Word, fill?: Fill) => string

/** room is every text of this room. */
export const room = words(zh, en)
