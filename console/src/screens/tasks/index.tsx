import { Route, Switch } from 'wouter'
import './tasks.css'
import { TaskList } from './list'
import { TaskPage } from './task'

/** Tasks is the room of what has to be posted by hand, made for a phone in one hand. */
export default function Tasks() {
  return (
    <Switch>
      <Route path="/tasks/:id">{(at) => <TaskPage key={at.id} id={at.id} />}</Route>
      <Route><TaskList /></Route>
    </Switch>
  )
}
