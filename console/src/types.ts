import type { components } from './schema'

type Schemas = components['schemas']

export type Session = Schemas['Session']
export type Today = Schemas['Today']
export type Funnel = Schemas['Funnel']
export type FunnelRow = Schemas['FunnelRow']
export type Stage = Schemas['Stage']
export type StageCount = Schemas['StageCount']
export type Group = Schemas['Group']
export type HeldPlacement = Schemas['HeldPlacement']
export type Post = Schemas['Post']
export type Reason = Schemas['Reason']
export type Offer = Schemas['Offer']
export type OfferState = Schemas['OfferState']
export type NewOffer = Schemas['NewOffer']
export type Task = Schemas['Task']
export type Lang = 'zh-Hans' | 'en'
