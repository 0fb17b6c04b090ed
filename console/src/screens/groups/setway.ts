import { at, call, client, useChange } from '../../api'
import type { components } from '../../schema'

type Schemas = components['schemas']

/** useSetWay stores an ordinary group's new QR code, from a picture or a link, and how many are in the group. */
export const useSetWay = () =>
  useChange(async (v: { group: string; picture?: File; way: Schemas['NewGroupWay']; done: (way: Schemas['GroupWay']) => void }) => {
    let way: Schemas['GroupWay'] | undefined
    if (v.picture) {
      way = await call(client.PUT('/api/console/v1/groups/{id}/way/picture', {
        ...at(v.group), body: v.picture as unknown as string, bodySerializer: (body: unknown) => body as File,
        headers: { 'Content-Type': v.picture.type },
      }))
    }
    if (Object.keys(v.way).length > 0) {
      way = await call(client.PUT('/api/console/v1/groups/{id}/way', { ...at(v.group), body: v.way }))
    }
    if (way) v.done(way)
  })
